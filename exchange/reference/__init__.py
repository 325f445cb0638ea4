"""Reference data: time, rules, calendars, regions, problems, health."""
