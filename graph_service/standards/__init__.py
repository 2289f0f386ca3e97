"""The standards in which policies and labels are exchanged: Open XML SPIF, ADatP-4774, ADatP-4778.

Readers and writers of XML, outside ``security`` so that the decision stays pure. Nothing here decides who may see what.
"""
