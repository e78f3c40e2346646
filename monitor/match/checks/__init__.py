"""Is a rule well written, and are all files of a folder of rules read?"""
