"""Which places does a text name?"""
