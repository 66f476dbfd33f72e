"""Vietnamese forms that Django's own `vi` lacks or writes otherwise (domain.md §5.3)."""

DATE_FORMAT = r"d/m/Y"
DATETIME_FORMAT = r"d/m/Y H:i"
SHORT_DATE_FORMAT = r"d/m/Y"
SHORT_DATETIME_FORMAT = r"d/m/Y H:i"
MONTH_DAY_FORMAT = r"d/m"
YEAR_MONTH_FORMAT = r"m/Y"
FIRST_DAY_OF_WEEK = 1

# The first of each is also how a value is written back into its box. ISO stays last: <input type="date"> sends it.
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
DATETIME_INPUT_FORMATS = [
    "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M",
]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%Hh%M"]

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
