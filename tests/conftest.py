"""Options and fixtures of the tests that run the built distribution."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from buildlib import browser
from buildlib.errors import BuildError
from buildlib.paths import ROOT
from harness import dist as release
from harness.chromium import Chromium, PageHost, WorkerHost
from harness.engines import PACKAGES, PROGRAMS, EngineHost
from harness.hosts import ENGINES, FURTHER, HOSTS, LIKE_NODE, NODES, SWITCHING, Host
from harness.node import NodeHost
from harness.runtime import Runtime
from harness.server import StaticServer
from harness.tcpserver import make_certificates

TESTS = Path(__file__).parent
HARNESS = TESTS / "harness"

ASIDE = {"node20", *LIKE_NODE}
"""The hosts besides browsers whose tests are, together, about half of all, by time."""

BY_ENGINE = ("ffi", "snapshots", "stdlib")
"""Folders of tests whose outcome may depend on the JavaScript engine, but on nothing else of the host. A page of
Chromium stands for its workers and for Node 26, whose V8 is as new: only those tests run there that name them, or all
if --host asks for that."""

TURNS = 100
"""Turns of the event loop until what a test has begun, and need not wait for, has let go of everything."""

_passed = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pyodide-dist")
    group.addoption("--dist-dir", type=Path, help="test this unpacked distribution instead of the tarball in dist/")
    group.addoption(
        "--host", action="append", choices=(*HOSTS, *FURTHER), help="run only on this host (may be repeated)"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs a browser; given to every test that does")
    config.addinivalue_line("markers", "aside: runs in the second of two processes; given to all on some hosts")
    config.addinivalue_line("markers", "hosts(*names): the hosts a test of `runtime` or `node` is meant for")
    config.addinivalue_line("markers", "keeps(reason): this test leaves proxies or handles alive on purpose")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a host on each wanted host; `nodes` likewise, on the versions of Node only."""
    asked = metafunc.config.getoption("--host")
    wanted = asked or (*HOSTS, *FURTHER)
    mark = metafunc.definition.get_closest_marker("hosts")
    meant = mark.args if mark else HOSTS
    if not mark and not asked and metafunc.definition.path.relative_to(TESTS).parts[0] in BY_ENGINE:
        meant = ("node20", "node24", "chromium")
    if asked and "chromium" in meant:
        # What a page of Chromium can do, those of others can, too. But WebKit has no JSPI.
        meant = (*meant, "firefox") if set(SWITCHING) <= set(meant) and "node20" not in meant else (*meant, *ENGINES)
    if "host" in metafunc.fixturenames:
        names = [name for name in (*HOSTS, *FURTHER) if name in meant and name in wanted]
        metafunc.parametrize("host", names, indirect=True, scope="session")
    if "node" in metafunc.fixturenames:
        names = [name for name in NODES if name in meant and name in wanted]
        metafunc.parametrize("node", names, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs Chromium; leave out what --host leaves no host for."""
    wanted = config.getoption("--host") or HOSTS
    without_chromium = not any(name.startswith("chromium") for name in wanted)
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        on_chromium = "chromium" in names or str(params.get("host")).startswith("chromium")
        in_browser = on_chromium or params.get("host") in ENGINES
        if in_browser:
            item.add_marker("browser")
        if in_browser or not ASIDE.isdisjoint((params.get("host"), params.get("node"))):
            item.add_marker("aside")
        # An empty list of hosts becomes a parameter that is no name.
        nowhere = any(name in params and not isinstance(params[name], str) for name in ("host", "node"))
        (dropped if nowhere or (on_chromium and without_chromium) else kept).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=dropped)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test's own code passed: only then do its leaks mean anything."""
    report = yield
    if call.when == "call":
        item.stash[_passed] = report.passed
    return report


@pytest.fixture(scope="session")
def tarball() -> Path:
    """The release's tarball."""
    return release.tarball(ROOT / "dist")


@pytest.fixture(scope="session")
def dist(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution under test: unpacked from the tarball, unless --dist-dir names another."""
    given: Path | None = request.config.getoption("--dist-dir")
    if given is not None:
        return given.resolve()
    archive: Path = request.getfixturevalue("tarball")
    return release.extract(archive, tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the certificates good and other, for servers."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def find_node(name: str) -> Path:
    """The executable of one of NODES or LIKE_NODE. node20 is the machine's own Node; npm has brought the others."""
    if name == "node20":
        found = shutil.which("node")
        if found is None:
            raise FileNotFoundError("node is not on PATH")
        return Path(found)
    path = ROOT / "node_modules" / name / {"deno": "deno", "bun": "bin/bun"}.get(name, "bin/node")
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: run npm ci in {ROOT}")
    return path


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> Path:
    """A Node executable; a test that uses it runs once for each version."""
    return find_node(request.param)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Chromium, installed first if it is missing and may be."""
    log = ROOT / "build/logs/chromium.log"
    process = Chromium(browser.ensure(log, browser.debian_unpacker(ROOT / "emsdk-pin.txt", log)))
    yield process
    process.close()


def find_engine(name: str) -> None:
    """Install one of ENGINES if it is missing and may be; skip the test if not."""
    if all(shutil.which(program) for program in PROGRAMS[name]):
        return
    if not browser.may_install():
        pytest.skip(f"{name} is not here: install Debian's {' and '.join(PACKAGES[name])}")
    try:
        browser.install(PACKAGES[name], ROOT / f"build/logs/{name}.log")
    except BuildError as error:
        pytest.skip(f"{name} cannot be installed: {error}")


@pytest.fixture
def serve(dist: Path) -> Iterator[Callable[..., StaticServer]]:
    """Starts a server of the distribution at /dist/ and of `pages` at /; `headers` go with every answer."""
    with ExitStack() as servers:

        def start(pages: Path, headers: dict[str, str] | None = None) -> StaticServer:
            return servers.enter_context(StaticServer({"/dist/": dist, "/": pages}, headers))

        yield start


@pytest.fixture(scope="session")
def host(request: pytest.FixtureRequest, dist: Path) -> Iterator[Host]:
    """One host at a time, alive as long as tests use it; a test that uses it runs once for each host."""
    name: str = request.param
    with ExitStack() as cleanup:

        def page(file: str) -> str:
            return f"{cleanup.enter_context(StaticServer({'/dist/': dist, '/': HARNESS})).url}/{file}"

        made: Host
        if name in NODES or name in LIKE_NODE:
            made = NodeHost(name, find_node(name), dist)
        elif name in ENGINES:
            find_engine(name)
            made = EngineHost(name, page("page.html"))
        elif name == "chromium":
            made = PageHost(name, request.getfixturevalue("chromium"), page("page.html"))
        else:
            made = WorkerHost(name, request.getfixturevalue("chromium"), page("worker.html"))
        cleanup.callback(made.close)
        yield made


@pytest.fixture(scope="module")
def load_options() -> str:
    """The argument of loadPyodide, as JavaScript. A test module overrides it to have its own."""
    return "{}"


@pytest.fixture(scope="module")
def module_runtime(host: Host, load_options: str) -> Runtime:
    """A fresh interpreter for each module, for set-up that its tests share. Tests take `runtime`."""
    fresh = Runtime.load(host, load_options)
    # What the start has made need not be looked through after every test.
    fresh.run_python("__import__('gc').freeze()")
    return fresh


@pytest.fixture
def runtime(request: pytest.FixtureRequest, module_runtime: Runtime, dist: Path) -> Iterator[Runtime]:
    """The module's interpreter. A test that passes must leave as many proxies and handles alive as it found."""
    if not module_runtime.host.alive:
        pytest.fail(f"{module_runtime.host.name} died in an earlier test of this module")
    # Only this distribution counts its objects; the reference, which can be tested for comparison, does not.
    counted = (dist / "manifest.json").exists() and not request.node.get_closest_marker("keeps")
    before = module_runtime.holdings() if counted else None
    yield module_runtime
    if before and request.node.stash.get(_passed, False):
        for _ in range(TURNS):
            excess = module_runtime.restore(before).beyond(before)
            if not excess:
                return
            module_runtime.run_js("await new Promise((done) => setTimeout(done));")
        pytest.fail(f"{request.node.name} leaves objects behind: {excess}")
