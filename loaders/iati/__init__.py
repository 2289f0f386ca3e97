"""IATI 2.01 to 2.03: activities, organisations and code lists. Its loaders stand in ``files``."""
