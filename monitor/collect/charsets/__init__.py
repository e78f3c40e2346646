"""Which characters do the bytes of a document stand for?"""
