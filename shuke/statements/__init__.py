"""Statements: a merchant's days as a page, a file and a paper that anybody can add up; and what agents and operators earned."""
