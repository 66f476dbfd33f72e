"""Reading a directive letter: text in, a draft to check by hand out. Pure; start at letter.py."""
