"""A sales organisation by another model than the kit's: day by day instead of by events, and nothing imported from the kit.

Truth comes first: the numbers of a firm are drawn by its seed, the gains of its designs follow by replication, and both
are saved before its exports are shown to the kit. Seeds of firms for tuning and of firms for the proof never meet.
"""
