"""Around: people near me, for who wants to be found herself, for two hours at a time.

A position becomes the square of 400 metres it lies in and is dropped. Others see that square displaced by one to two kilometres: by a
secret vector of the person that is the same everywhere, and a little more that is the square's own. Many looks, days or accounts
give no better mean than one look, and who once knew where she was does not know just where she is next. What is shown is never within 300
metres of her, each pair sees it moved a little more each day, and no more is told than a step of 2, 5 or 10 km. Moving oneself to look
from elsewhere is limited. Who blocked, or is blocked, is not there.
"""
