"""How many people does a text say were harmed, how, and who says so?"""
