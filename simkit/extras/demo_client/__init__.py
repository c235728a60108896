"""The demo client: an invented German machine builder, written as exports by a generator that knows no simulation.

Its orders were once delivered on days that were drawn apart from their work: two thirds of them had entries in the time log
after their delivery, and a promise that followed the delivery. Written anew for that were the columns *Zugesagter
Termin*, *Geliefert am*, *Fällig am* and *Bezahlt am* of the orders; every other column is, byte for byte, what it was.
"""
