"""What does a document say, and is it a feed?"""
