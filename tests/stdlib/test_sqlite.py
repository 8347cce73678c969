"""What SQLite is built with."""

from __future__ import annotations

from harness.runtime import Runtime

OPEN = "import sqlite3; db = sqlite3.connect(':memory:');"


def test_full_text_search(runtime: Runtime) -> None:
    code = f"""
        {OPEN}
        db.execute("create virtual table notes using fts5(text, tokenize = 'porter')")
        db.executemany("insert into notes values(?)", [("running fast",), ("a walk",)])
        db.execute("select highlight(notes, 0, '[', ']') from notes where notes match 'run'").fetchall()
    """
    assert runtime.run_python(code) == [["[running] fast"]]


def test_functions_aggregates_and_collations_of_one_s_own(runtime: Runtime) -> None:
    code = f"""
        {OPEN}
        class Longest:
            def __init__(self): self.best = ""
            def step(self, text): self.best = max(self.best, text, key=len)
            def finalize(self): return self.best
        db.create_function("twice", 1, lambda text: text * 2, deterministic=True)
        db.create_aggregate("longest", 1, Longest)
        db.create_collation("backwards", lambda a, b: (a < b) - (a > b))
        db.execute("create table t(a text collate backwards)")
        db.executemany("insert into t values(?)", [("x",), ("yy",)])
        [db.execute("select twice(a) from t order by a").fetchall(), db.execute("select longest(a) from t").fetchone()]
    """
    assert runtime.run_python(code) == [[["yyyy"], ["xx"]], ["yy"]]


def test_an_exception_in_a_function_is_an_error(runtime: Runtime) -> None:
    code = f"""
        {OPEN}
        db.create_function("fail", 0, lambda: 1 / 0)
        try:
            db.execute("select fail()").fetchone()
        except sqlite3.OperationalError as error:
            said = str(error)
        said
    """
    assert runtime.run_python(code) == "user-defined function raised exception"


def test_backup_blobs_and_serialisation(runtime: Runtime) -> None:
    code = f"""
        {OPEN}
        db.execute("create table t(b blob)")
        db.execute("insert into t values(zeroblob(5))")
        with db.blobopen("t", "b", 1) as blob:
            blob.write(b"hello")
        copy = sqlite3.connect(":memory:")
        db.commit()
        db.backup(copy)
        other = sqlite3.connect(":memory:")
        other.deserialize(db.serialize())
        [bytes(each.execute("select b from t").fetchone()[0]).decode() for each in (db, copy, other)]
    """
    assert runtime.run_python(code) == ["hello"] * 3


def test_files_and_their_write_ahead_log(runtime: Runtime) -> None:
    """One process has a file system of its own, so the log's shared memory is its heap."""
    code = """
        import os, sqlite3, tempfile
        path = tempfile.mkdtemp() + "/file.db"
        writer = sqlite3.connect(path)
        mode = writer.execute("pragma journal_mode = wal").fetchone()[0]
        writer.execute("create table t(a)")
        writer.execute("insert into t values(1)")
        writer.commit()
        reader = sqlite3.connect(path)
        seen = reader.execute("select a from t").fetchall()
        writer.execute("insert into t values(2)")
        hidden = reader.execute("select count(*) from t").fetchone()[0]
        writer.commit()
        shown = reader.execute("select count(*) from t").fetchone()[0]
        log = os.path.exists(path + "-wal")
        reader.close()
        writer.close()
        [mode, seen, hidden, shown, log, sqlite3.connect(path).execute("pragma integrity_check").fetchone()[0]]
    """
    assert runtime.run_python(code) == ["wal", [[1]], 1, 2, True, "ok"]


def test_the_file_is_an_ordinary_one(runtime: Runtime) -> None:
    code = """
        import sqlite3, tempfile
        path = tempfile.mkdtemp() + "/file.db"
        with sqlite3.connect(path) as db:
            db.execute("create table t(a)")
        db.close()
        open(path, "rb").read(15).decode()
    """
    assert runtime.run_python(code) == "SQLite format 3"
