"""The parts of the workbook: number formats, sheets of tables and figures, native charts, and the sheets in front."""
