"""The Dutch parliament: papers in XML, its open data, and the records of the official publications."""
