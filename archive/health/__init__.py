"""Each source's own rhythm, and what state it is in: functions of days and of how its crawls ended."""
