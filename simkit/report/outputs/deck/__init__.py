"""The slides of a report: one message a slide, with charts that PowerPoint can edit."""
