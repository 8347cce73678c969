"""What `import js` gives is decided by the host: any name may be there."""

from typing import Any

def __getattr__(name: str) -> Any: ...
