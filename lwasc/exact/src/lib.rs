//! Exact numbers: 128-bit decimals, rounding, fractions, allocation, the calendar.
