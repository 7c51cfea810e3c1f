"""The systems under measurement, each a process of its own in a folder of its own, called through a driver program."""

import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
START_SECONDS = 120
STOP_SECONDS = 300
POSTGRES_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")

# A machine of its own for the database: nothing lazy about durability, everything else as wide as it helps.
POSTGRES_SETTINGS = """
listen_addresses = ''
max_connections = 300
# A batch takes one advisory lock for each volunteer and day.
max_locks_per_transaction = 1024
shared_buffers = {shared_buffers}
huge_pages = try
wal_level = minimal
max_wal_senders = 0
wal_compression = lz4
wal_buffers = 64MB
min_wal_size = 2GB
max_wal_size = 8GB
checkpoint_timeout = 30min
fsync = on
synchronous_commit = on
full_page_writes = on
commit_delay = {commit_delay}
random_page_cost = 1.1
effective_cache_size = 4GB
work_mem = 32MB
jit = off
# Plans are made while the tables are empty; none of these statements should ever read a whole table.
enable_seqscan = off
plan_cache_mode = force_generic_plan
update_process_title = off
track_activities = off
"""


class Failure(Exception):
    """Something went wrong that the user should read."""


def folder_bytes(folder, matching=lambda path: True):
    """Bytes that the files below a folder take on the disk."""
    total = 0
    for path in pathlib.Path(folder).rglob("*"):
        try:
            if path.is_file() and matching(path):
                total += path.stat().st_blocks * 512
        except FileNotFoundError:
            pass  # A server may delete a file between the listing and the look at it.
    return total


class System:
    """A server that can be started, stopped, killed, and driven."""

    name = ""

    def __init__(self, folder, binaries, members, centers):
        self.folder = pathlib.Path(folder)
        self.process = None
        self.members = members
        self.centers = centers
        self.driver_program = binaries / f"benchmark_{self.name}"

    def driver(self, *arguments):
        """Runs the driver; returns the objects it printed."""
        command = [self.driver_program, "--address", self.address(), *self.access(), "--members", str(self.members), "--centers", str(self.centers)]
        if self.process:
            command += ["--server-pid", str(self.process.pid)]
        run = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            said = run.stderr.strip() or f"ended with {run.returncode}"
            if self.process and self.process.poll() is not None:
                said += f"\nthe server ended with {self.process.returncode}: {self.log_tail()}"
            raise Failure(f"{self.name}: {' '.join(map(str, arguments))}: {said}")
        return [json.loads(line) for line in run.stdout.splitlines()]

    def access(self):
        """What the driver needs besides the address to be let in."""
        return []

    def launch(self, command, **keywords):
        log = self.folder / "server.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                            start_new_session=True, **keywords)

    def wait_until(self, ready):
        end = time.monotonic() + START_SECONDS
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failure(f"{self.name} did not start: {self.log_tail()}")
            time.sleep(0.002)

    def log_tail(self):
        log = self.folder / "server.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else "no log"

    def end(self, signal_number):
        """Ends the server this object started, by its own pid, and waits."""
        if not self.process:
            return
        process, self.process = self.process, None
        process.send_signal(signal_number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self):
        self.end(signal.SIGKILL)

    def start(self):
        raise NotImplementedError

    def reopen(self):
        """Seconds from the start of the server until it answered a read."""
        begin = time.monotonic()
        self.start()
        self.driver("read")
        return time.monotonic() - begin


class Timebank(System):
    """timebankd on its embedded RocksDB, on a Unix socket where every caller is trusted."""

    name = "timebank"
    listens_on = "listening on "

    def __init__(self, folder, binaries, members, centers):
        super().__init__(folder, binaries, members, centers)
        self.driver_program = binaries / "benchmark_timebank"
        self.program = binaries / "timebankd"
        self.listening = None

    def address(self):
        return self.listening

    def arguments(self):
        return ["--listen", f"unix:{self.folder}/socket", "--credentials", "none"]

    def read_address(self):
        """Takes the address from what the server printed, once it is there."""
        log = self.folder / "server.log"
        for line in log.read_text(errors="replace").splitlines(keepends=True) if log.exists() else []:
            if line.startswith(self.listens_on) and line.endswith("\n"):
                self.listening = line[len(self.listens_on):].strip()
        return self.listening is not None

    def start(self):
        (self.folder / "server.log").unlink(missing_ok=True)
        (self.folder / "socket").unlink(missing_ok=True)
        self.listening = None
        self.launch([self.program, "--data", self.folder / "data", *self.arguments()])
        self.wait_until(self.read_address)

    def setup(self):
        self.driver("setup")

    def stop(self):
        self.end(signal.SIGTERM)

    def table_and_log_bytes(self):
        """Of the stopped server: files of tables, and logs that only a crash would need."""
        def is_log(path):
            return path.suffix == ".log"
        data = self.folder / "data"
        return folder_bytes(data, lambda path: not is_log(path)), folder_bytes(data, is_log)


class SecuredTimebank(Timebank):
    """The same as a city runs it: TLS, a token for every call, roles, the audit trail, limits of callers."""

    name = "secured"

    def __init__(self, folder, binaries, members, centers):
        super().__init__(folder, binaries, members, centers)
        self.certificates = self.folder / "certificates"
        self.tokens = self.folder / "tokens"
        self.tokens.mkdir()
        run = subprocess.run([ROOT / "deploy" / "make-certs", self.certificates], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise Failure(f"make-certs: {run.stderr.strip()}")

    def arguments(self):
        # One caller makes all calls here: the limits count, but must not be what is measured.
        return ["--listen", "127.0.0.1:0", "--tls-cert", self.certificates / "server.crt", "--tls-key", self.certificates / "server.key",
                "--calls-per-second", "1000000", "--calls-at-once", "1000000"]

    def access(self):
        return ["--tls-ca", self.certificates / "ca.crt", "--tokens", self.tokens]

    def setup(self):
        self.driver("setup", "--set-up", self.folder / "data" / "first-administrator.token")


class Postgres(System):
    """PostgreSQL 15, found or installed, in a folder of its own; nothing of the machine's own clusters is touched."""

    name = "postgres"

    def __init__(self, folder, binaries, members, centers, shared_buffers="1GB", commit_delay=0):
        super().__init__(folder, binaries, members, centers)
        self.settings = POSTGRES_SETTINGS.format(shared_buffers=shared_buffers, commit_delay=commit_delay)
        self.account = {}
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            users = {user.pw_name: user for user in pwd.getpwall()}
            user = users.get("postgres") or users["nobody"]
            self.account = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)

    def address(self):
        return f"host={self.folder} dbname=postgres user=bench"

    def setup(self):
        self.driver("setup", "--schema", HERE / "postgres_schema.sql", "--schema", HERE / "postgres_batches.sql")

    def initialize(self):
        run = subprocess.run([POSTGRES_BIN / "initdb", "-D", self.folder / "data", "-U", "bench", "-A", "trust", "-E", "UTF8",
                              "--locale=C.UTF-8"],
                             capture_output=True, text=True, check=False, cwd=self.folder, **self.account)
        if run.returncode != 0:
            raise Failure(f"initdb: {run.stderr.strip()}")
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(self.settings)
            configuration.write(f"unix_socket_directories = '{self.folder}'\n")

    def start(self):
        if not (self.folder / "data").exists():
            self.initialize()
        self.launch([POSTGRES_BIN / "postgres", "-D", self.folder / "data"], cwd=self.folder, **self.account)
        # It makes the socket before it recovers; the driver waits for the rest.
        self.wait_until((self.folder / ".s.PGSQL.5432").exists)
        self.wait_until(self.answers)

    def answers(self):
        return subprocess.run([POSTGRES_BIN / "pg_isready", "-q", "-h", self.folder], check=False).returncode == 0

    def stop(self):
        # SIGINT: end the sessions, write a checkpoint, stop.
        self.end(signal.SIGINT)

    def kill(self):
        """Kills the postmaster; its children notice and end by themselves, and the next start needs them gone."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        super().kill()
        end = time.monotonic() + STOP_SECONDS
        while any(pathlib.Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < end:
            time.sleep(0.01)
        (self.folder / ".s.PGSQL.5432").unlink(missing_ok=True)

    def table_and_log_bytes(self):
        """Of the stopped server: tables and indexes, and the write-ahead log that is kept for reuse."""
        def is_log(path):
            return "pg_wal" in path.parts
        data = self.folder / "data"
        return folder_bytes(data, lambda path: not is_log(path)), folder_bytes(data, is_log)


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
