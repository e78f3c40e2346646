"""How is the document of a feed got from its server?"""
