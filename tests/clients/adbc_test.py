"""The Flight SQL server against the real Python ADBC driver.

    python tests/clients/adbc_test.py [path of trademl-sql]

Starts `trademl-sql serve` on a free port with a lake in a temporary folder, runs every check below in
order and ends with "N passed, N failed"; the exit code is 1 if one failed. The packages of
requirements.txt must be there: a missing one is an error, not a skip.
"""

import datetime
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import adbc_driver_flightsql.dbapi as flightsql
import adbc_driver_manager
import pyarrow
import pyarrow.compute
from adbc_driver_flightsql import ConnectionOptions, DatabaseOptions

TOKEN = "a token long enough to guard a server"
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


class Server:
    """A running `trademl-sql serve`."""

    def __init__(self, program, folder):
        self.lake = pathlib.Path(folder) / "lake"
        token = pathlib.Path(folder) / "token"
        token.write_text(TOKEN)
        token.chmod(0o600)
        command = [program, "--lake", str(self.lake), "serve", "--listen", "127.0.0.1:0"]
        command += ["--token-file", str(token)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.uri = None
        for line in self.process.stderr:
            if "listening on " in line:
                self.uri = "grpc://" + line.split("listening on ")[1].strip()
                break
            sys.stderr.write(line)
        if self.uri is None:
            raise SystemExit("the server did not start")
        # Its log is read on, so that it never waits for a full pipe.
        threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True).start()

    def connect(self, **options):
        login = {"username": "ana", "password": TOKEN}
        return flightsql.connect(self.uri, db_kwargs={**login, **options}, autocommit=True)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def commits(self, table):
        log = self.lake / table.replace(".", "/") / "_delta_log"
        return len([name for name in log.iterdir() if name.suffix == ".json"])

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def rows(connection, sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def run(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def error(call, *arguments):
    """The error of a call that must fail, as its status and text."""
    try:
        call(*arguments)
    except adbc_driver_manager.Error as failure:
        return failure.status_code, str(failure)
    raise AssertionError(f"did not fail: {arguments}")


def count(connection, table):
    return rows(connection, f"SELECT count(*) FROM {table}")[0][0]


@check
def a_wrong_token_is_refused(server):
    for options in [{"password": "wrong"}, {"username": "", "password": ""}]:
        code, text = error(lambda: rows(server.connect(**options), "SELECT 1"))
        assert code == adbc_driver_manager.AdbcStatusCode.UNAUTHENTICATED, (code, text)
        assert "token" in text and TOKEN not in text, text


@check
def a_token_logs_in_as_bearer_too(server):
    header = {DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {TOKEN}"}
    with flightsql.connect(server.uri, db_kwargs=header, autocommit=True) as connection:
        assert rows(connection, "SELECT 1 + 1") == [(2,)]


@check
def values_arrive_with_their_types(server):
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT CAST(1 AS BIGINT) AS n, 'ß' AS s, DATE '2020-02-29' AS d, CAST(0.1 AS DOUBLE) AS x,"
            " true AS b, CAST(NULL AS VARCHAR) AS z, arrow_cast('v', 'Utf8View') AS v,"
            " arrow_cast('w', 'Dictionary(Int32, Utf8)') AS w"
        )
        table = cursor.fetch_arrow_table()
    assert table.to_pylist() == [
        {"n": 1, "s": "ß", "d": datetime.date(2020, 2, 29), "x": 0.1, "b": True, "z": None,
         "v": "v", "w": "w"}
    ]
    for name in ["s", "z", "v", "w"]:
        assert table.schema.field(name).type == pyarrow.string(), table.schema


@check
def tables_are_made_listed_and_described(server):
    with server.connect() as connection:
        run(connection, "CREATE PIT TABLE curated.bars (symbol VARCHAR, date DATE, close DOUBLE,"
            " volume BIGINT) PRIMARY KEY (symbol, date) EVENT TIME (date)")
        assert sorted(connection.adbc_get_table_types()) == ["TABLE", "VIEW"]
        schema = connection.adbc_get_table_schema("bars", db_schema_filter="curated")
        assert schema.names[:4] == ["symbol", "date", "close", "volume"], schema
        assert schema.field("symbol").type == pyarrow.string(), schema
        assert schema.field("date").type == pyarrow.date32(), schema
        objects = connection.adbc_get_objects(depth="columns").read_all().to_pylist()
        assert [catalog["catalog_name"] for catalog in objects] == ["lake"], objects
        found = {
            (schema["db_schema_name"], table["table_name"], table["table_type"]):
                [column["column_name"] for column in table["table_columns"]]
            for schema in objects[0]["catalog_db_schemas"] for table in schema["db_schema_tables"]
        }
        assert found[("curated", "bars", "TABLE")][:3] == ["symbol", "date", "close"], found
        none = connection.adbc_get_objects(depth="tables", table_name_filter="no%").read_all()
        for catalog in none.to_pylist():
            for schema in catalog["catalog_db_schemas"] or []:
                assert not schema["db_schema_tables"], none


@check
def executemany_is_one_commit(server):
    with server.connect() as connection, connection.cursor() as cursor:
        before = server.commits("curated.bars")
        start = datetime.date(2000, 1, 1)
        many = [("AAA", start + datetime.timedelta(n), n / 8, n) for n in range(1000)]
        cursor.executemany("INSERT INTO curated.bars (symbol, date, close, volume) VALUES (?, ?, ?, ?)", many)
        assert cursor.rowcount in (1000, -1), cursor.rowcount
        assert server.commits("curated.bars") == before + 1
        cursor.execute("SELECT count(*), sum(close), min(date), max(date) FROM curated.bars")
        assert cursor.fetchall() == [(1000, sum(row[2] for row in many), many[0][1], many[-1][1])]


@check
def executemany_takes_text_for_dates_and_nulls(server):
    with server.connect() as connection, connection.cursor() as cursor:
        insert = "INSERT INTO curated.bars (volume, date, symbol, close) VALUES ($1, $2, $3, NULL)"
        cursor.executemany(insert, [(1, "2001-01-02", "TXT"), (None, "2001-01-03", "TXT")])
        cursor.execute("SELECT volume, date, close FROM curated.bars WHERE symbol = 'TXT' ORDER BY date")
        assert cursor.fetchall() == [
            (1, datetime.date(2001, 1, 2), None), (None, datetime.date(2001, 1, 3), None)
        ]


@check
def executemany_that_fails_writes_nothing(server):
    with server.connect() as connection, connection.cursor() as cursor:
        before = count(connection, "curated.bars"), server.commits("curated.bars")
        insert = "INSERT INTO curated.bars (symbol, date, close, volume) VALUES (?, ?, ?, ?)"
        day = datetime.date(2010, 1, 1)
        _, text = error(cursor.executemany, insert, [("B", day, 1.0, 2.5), ("C", day, 1.0, 3.0)])
        assert "volume" in text, text
        error(cursor.executemany, insert, [("B", "not a date", 1.0, 2)])
        error(cursor.executemany, insert, [("B", day, 1.0)])
        assert (count(connection, "curated.bars"), server.commits("curated.bars")) == before


@check
def prepared_queries_take_parameters(server):
    with server.connect() as connection:
        by_mark = "SELECT count(*) FROM curated.bars WHERE symbol = ? AND volume >= ? AND date < ?"
        by_number = "SELECT count(*) FROM curated.bars WHERE volume >= $2 AND date < $3 AND symbol = $1"
        for sql in [by_mark, by_number]:
            for day in [datetime.date(2000, 1, 11), "2000-01-11"]:
                assert rows(connection, sql, ("AAA", 5, day)) == [(5,)], (sql, day)
        assert rows(connection, "SELECT ? AS a, ? AS b", ("x", 7)) == [("x", 7)]
        eleven = "SELECT " + ", ".join(f"${n}" for n in range(1, 12))
        assert rows(connection, eleven, tuple(range(11))) == [tuple(range(11))]
        assert rows(connection, "SELECT CAST($1 AS BIGINT) + 1", (41,)) == [(42,)]
        assert rows(connection, "SELECT $1 IS NULL", (None,)) == [(True,)]
        _, text = error(rows, connection, "SELECT $1 + $2", (1,))
        assert "parameters: 1 given, the statement has 2" in text, text
        with connection.cursor() as cursor:
            schema = cursor.adbc_prepare("SELECT count(*) FROM curated.bars WHERE date < $2 AND symbol = $1")
            assert [field.type for field in schema] == [pyarrow.string(), pyarrow.date32()], schema


@check
def a_prepared_query_sees_new_rows(server):
    with server.connect() as connection, connection.cursor() as cursor:
        sql = "SELECT count(*) FROM curated.bars WHERE symbol = ?"
        cursor.execute(sql, ("NEW",))
        assert cursor.fetchall() == [(0,)]
        run(connection, "INSERT INTO curated.bars VALUES ('NEW', DATE '2020-01-01', NULL, NULL)")
        cursor.execute(sql, ("NEW",))
        assert cursor.fetchall() == [(1,)]


@check
def updates_say_how_many_rows(server):
    with server.connect() as connection, connection.cursor() as cursor:
        statement = cursor.adbc_statement
        statement.set_sql_query("INSERT INTO curated.bars VALUES ('U', DATE '2020-01-01', 1.5, 1),"
                                " ('U', DATE '2020-01-02', 2, NULL)")
        assert statement.execute_update() == 2
        statement.set_sql_query("SET datafusion.execution.batch_size = 1024")
        assert statement.execute_update() == 0


@check
def bulk_loads_are_one_commit(server):
    with server.connect() as connection, connection.cursor() as cursor:
        days = [datetime.date(1990, 1, 1) + datetime.timedelta(n) for n in range(5000)]
        data = pyarrow.table({"symbol": ["ING"] * 5000, "date": days, "close": [float(n) for n in range(5000)],
                              "volume": pyarrow.nulls(5000, pyarrow.int64())})
        before = server.commits("curated.bars")
        assert cursor.adbc_ingest("bars", data, mode="append", db_schema_name="curated") == 5000
        assert server.commits("curated.bars") == before + 1
        assert rows(connection, "SELECT sum(close) FROM curated.bars WHERE symbol = 'ING'") == [(12497500.0,)]
        cursor.adbc_ingest("notes", pyarrow.table({"k": [1, 2], "text": ["a", None]}), mode="create",
                           db_schema_name="reference")
        assert rows(connection, "SELECT k, text FROM reference.notes ORDER BY k") == [(1, "a"), (2, None)]
        _, text = error(lambda: cursor.adbc_ingest("notes", data, mode="create", db_schema_name="reference"))
        assert "exists already" in text, text
        _, text = error(lambda: cursor.adbc_ingest("bars", data, mode="replace", db_schema_name="curated"))
        assert "never replaced" in text, text
        _, text = error(lambda: cursor.adbc_ingest("nowhere", data, mode="append", db_schema_name="curated"))
        assert "no such table" in text, text


@check
def a_million_rows_stream(server):
    with server.connect() as connection, connection.cursor() as cursor:
        started = time.monotonic()
        cursor.execute("SELECT value AS n, CAST(value AS VARCHAR) AS s, value * 0.5 AS x"
                       " FROM generate_series(1, 1000000)")
        total, text, batches = 0, 0, 0
        for batch in cursor.fetch_record_batch():
            total += pyarrow.compute.sum(batch["n"]).as_py()
            text += pyarrow.compute.sum(pyarrow.compute.utf8_length(batch["s"])).as_py()
            batches += 1
        assert (total, text) == (500000500000, 5888896), (total, text)
        assert batches > 4, batches
        print(f"     1,000,000 rows in {time.monotonic() - started:.1f} s, {batches} batches")


LONG = "SELECT count(*) FROM generate_series(1, 100000000) a CROSS JOIN generate_series(1, 100000) b"


def assert_idle(server):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        before = server.cpu_seconds()
        time.sleep(0.5)
        if server.cpu_seconds() - before < 0.1:
            return
    raise AssertionError("the server is still busy")


@check
def a_cancelled_query_stops(server):
    with server.connect() as connection, connection.cursor() as cursor:
        timer = threading.Timer(0.7, cursor.adbc_cancel)
        timer.start()
        started = time.monotonic()
        code, text = error(rows_of, cursor, LONG)
        timer.join()
        assert code == adbc_driver_manager.AdbcStatusCode.CANCELLED, (code, text)
        assert time.monotonic() - started < 10
        assert_idle(server)
        assert rows(connection, "SELECT 1") == [(1,)]


def rows_of(cursor, sql):
    cursor.execute(sql)
    return cursor.fetchall()


@check
def a_query_past_its_deadline_stops(server):
    with server.connect(**{ConnectionOptions.TIMEOUT_FETCH.value: "0.7"}) as connection:
        code, text = error(rows, connection, LONG)
        assert code == adbc_driver_manager.AdbcStatusCode.TIMEOUT, (code, text)
    assert_idle(server)


@check
def a_stream_left_early_stops(server):
    with server.connect() as connection:
        for _ in range(10):
            with connection.cursor() as cursor:
                cursor.execute("SELECT value FROM generate_series(1, 1000000000)")
                assert len(cursor.fetchmany(10)) == 10
        assert_idle(server)


@check
def errors_read_well(server):
    with server.connect() as connection:
        cases = {
            "SELECT FROM WHERE": ["^"],
            "SELECT * FROM curated.barz": ["barz", "bars"],
            "SELECT nope FROM curated.bars": ["nope"],
            "SELECT 1; SELECT 2": ["2 statements"],
            "-- nothing": ["0 statements"],
            "SELECT " + "1 + " * 5000 + "1": ["operators"],
            "SELECT 1 / 0": ["zero"],
        }
        for sql, words in cases.items():
            code, text = error(rows, connection, sql)
            assert code == adbc_driver_manager.AdbcStatusCode.INVALID_ARGUMENT, (sql, code, text)
            for word in words:
                assert word.lower() in text.lower(), (sql, word, text)
            for dump in ["ParserError(", "SchemaError(", "Some(", "DataFusionError", "src/", "backtrace"]:
                assert dump not in text, (sql, text)


@check
def sessions_do_not_meet(server):
    with server.connect() as one, server.connect() as other:
        before = count(other, "curated.bars")
        run(one, "SET trademl.as_of = '1999-12-31T00:00:00Z'")
        run(one, "CREATE VIEW mine AS SELECT 1 AS a")
        assert count(one, "curated.bars") == 0
        assert count(other, "curated.bars") == before > 0
        assert rows(one, "SELECT a FROM mine") == [(1,)]
        error(rows, other, "SELECT a FROM mine")


@check
def sessions_do_not_meet_with_one_token(server):
    header = {DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {TOKEN}"}
    for cookies in ["true", "false"]:
        options = {**header, DatabaseOptions.WITH_COOKIE_MIDDLEWARE.value: cookies}
        with flightsql.connect(server.uri, db_kwargs=options, autocommit=True) as one, \
                flightsql.connect(server.uri, db_kwargs=options, autocommit=True) as other:
            run(one, "SET trademl.as_of = '1999-12-31T00:00:00Z'")
            assert count(one, "curated.bars") == 0, cookies
            assert count(other, "curated.bars") > 0, cookies


@check
def the_server_s_files_are_out_of_reach(server):
    outside = pathlib.Path(server.lake).parent / "stolen.csv"
    with server.connect() as connection:
        for sql in [
            "CREATE EXTERNAL TABLE x (a VARCHAR) STORED AS CSV LOCATION '/etc/passwd'",
            "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION 'file:///etc/passwd'",
            f"COPY (SELECT 1) TO '{outside}'",
            f"COPY (SELECT 1) TO '{outside}' STORED AS CSV",
            f"EXPLAIN ANALYZE COPY (SELECT 1) TO '{outside}' STORED AS CSV",
            "SELECT * FROM '/etc/passwd'",
            "SELECT * FROM read_csv('/etc/passwd')",
            "SELECT * FROM read_parquet('/etc/passwd')",
            "SELECT * FROM files.\"read_csv:/etc/passwd\"",
            "SELECT * FROM lake.files.\"read_csv:/etc/passwd\"",
            "CREATE VIEW v AS SELECT * FROM read_csv('/etc/passwd')",
            "INCLUDE '/etc/passwd'",
            f"EMIT DAILY TO '{outside}' FROM (positions => TABLE curated.bars)",
            "SET datafusion.catalog.location = '/etc'",
            "SELECT * FROM 'http://169.254.169.254/latest'",
        ]:
            code, text = error(rows, connection, sql)
            assert "root:" not in text, (sql, text)
    assert not outside.exists()


@check
def session_options_are_set_and_read(server):
    with server.connect() as connection:
        option = "adbc.flight.sql.session.option.trademl.as_of"
        connection.adbc_connection.set_options(**{option: "2001-01-01T00:00:00Z"})
        assert connection.adbc_connection.get_option(option).startswith("2001-01-01"), option
        assert count(connection, "curated.bars") == 0
        assert connection.adbc_current_catalog == "lake"
        assert connection.adbc_current_db_schema == "curated"
        error(lambda: connection.adbc_connection.set_options(
            **{"adbc.flight.sql.session.option.no.such": "1"}))


@check
def many_clients_are_served_at_once(server):
    failures = []

    def client():
        try:
            with server.connect() as connection:
                for n in range(5):
                    assert rows(connection, "SELECT CAST(? AS BIGINT)", (n,)) == [(n,)]
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=client) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TRADEML_SQL", "trademl-sql")
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        server = Server(program, folder)
        try:
            for function in CHECKS:
                try:
                    function(server)
                except Exception:
                    failed += 1
                    print(f"FAIL {function.__name__}\n{traceback.format_exc()}", flush=True)
                else:
                    passed += 1
                    print(f"ok   {function.__name__}", flush=True)
        finally:
            server.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
