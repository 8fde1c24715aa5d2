def fill_cases(world):
    pass
