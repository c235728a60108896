"""The JSON schema of a run's record, docs/run-record.schema.json: ``python -m simkit.extras.docs_pages.record_page``."""

from __future__ import annotations

import json

from simkit.foundation.paths import CHECKOUT
from simkit.report.run.run_record import RunRecord

PAGE = CHECKOUT / "docs" / "run-record.schema.json"


def record_page() -> str:
    """Return the schema as it stands in docs."""
    return json.dumps(RunRecord.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(record_page(), encoding="utf-8")
