"""Programs that run by exec, shut themselves off as the server or a worker does, and then try to get at the store.

Each prints one line of JSON. They are texts, because what they try must happen in a process that never comes back.
"""

from __future__ import annotations

ATTEMPTS = r"""
import ctypes, json, os, socket, sqlite3, subprocess, sys
from pathlib import Path

def attempts(data):
    '''Every way to the portion store that a process could try: its name, and what does it.'''
    store = data / "portions" / "portions.sqlite"
    parent = os.getppid()
    def copy_from_a_child():
        program = "import sys; sys.stdout.write(str(len(open(sys.argv[1], 'rb').read())))"
        done = subprocess.run([sys.executable, "-c", program, str(store)], capture_output=True, timeout=30)
        if done.returncode:
            raise OSError(done.stderr.decode()[-200:])
        return int(done.stdout)
    def read(path):
        return lambda: len(Path(path).read_bytes())
    def hard_link():
        os.link(store, data / "audit" / "stolen")
        return len((data / "audit" / "stolen").read_bytes())
    def move():
        (data / "portions").rename(data / "audit" / "moved")
        return len((data / "audit" / "moved" / "portions.sqlite").read_bytes())
    def new_link():
        os.symlink(store, data / "audit" / "link")
        return len((data / "audit" / "link").read_bytes())
    def handle():
        folder = os.open(data / "portions", os.O_PATH)
        return len(os.read(os.open("portions.sqlite", os.O_RDONLY, dir_fd=folder), 1 << 20))
    def query():
        connection = sqlite3.connect(f"file:{store}?mode=ro&immutable=1", uri=True)
        return connection.execute("SELECT COUNT(*) FROM portion").fetchone()[0]
    def truncate():
        os.truncate(store, os.stat(store).st_size)
        return 1
    return {
        "absolute path": read(store),
        "relative path": read("portions/portions.sqlite"),
        "dots from the views": read(data / "views" / ".." / "portions" / "portions.sqlite"),
        "symbolic link in the views": read(data / "views" / "link"),
        "symbolic link to the folder": read(data / "audit" / "folder" / "portions.sqlite"),
        "/proc/self/root": read(f"/proc/self/root{store}"),
        "/proc/self/cwd": read("/proc/self/cwd/portions/portions.sqlite"),
        "/proc/thread-self/root": read(f"/proc/thread-self/root{store}"),
        "the starter's root": read(f"/proc/{parent}/root{store}"),
        "the starter's working directory": read(f"/proc/{parent}/cwd/{'../' * 64}{store}"),
        "an open folder's handle": handle,
        "sqlite": query,
        "a child process": copy_from_a_child,
        "listing": lambda: len(os.listdir(data / "portions")),
        "scanning": lambda: len(list(os.scandir(data / "portions"))),
        "globbing": lambda: len(list((data / "portions").rglob("*"))),
        "truncating": truncate,
        "hard link": hard_link,
        "new symbolic link": new_link,
        "moving the folder": move,
    }

def tried(data):
    '''What each attempt got: a number above 0 where it succeeded, else 0.'''
    results = {}
    for name, attempt in attempts(data).items():
        try:
            results[name] = attempt()
        except (OSError, sqlite3.Error):
            results[name] = 0
    return results

def limits():
    import resource
    return {
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "data": resource.getrlimit(resource.RLIMIT_DATA),
        "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),  # PR_GET_DUMPABLE
    }

def can(action):
    try:
        action()
    except OSError:
        return False
    return True
"""

CONFINE = (
    ATTEMPTS
    + r"""
from graph_service.errors import IsolationError
from graph_service import isolation
from graph_service.settings import Layout

layout, how = Layout(Path(sys.argv[1])), sys.argv[2]
os.chdir(layout.data)

def denied(*_, **__):
    raise PermissionError(1, "not here")

reach = isolation.program_paths()
if how == "no landlock":
    isolation._has_landlock, isolation.landlock = (lambda: False), denied
elif how == "no namespaces":
    isolation._unshare = denied
elif how == "neither":
    isolation._has_landlock, isolation.landlock, isolation._unshare = (lambda: False), denied, denied
elif how == "below the import root":
    isolation.IMPORT_ROOT = layout.data.parent
elif how == "below what is read, without namespaces":
    reach, isolation._unshare = [*reach, layout.data], denied
result = {}
if how != "not at all":
    try:
        result["means"] = isolation.confine(
            read=[*reach, layout.views], write=[layout.audit], hidden=layout.portions
        )
    except IsolationError as error:
        print(json.dumps({"refused": error.public}))
        sys.exit(0)
libc = ctypes.CDLL(None, use_errno=True)
result["unmounted"] = libc.umount2(bytes(layout.portions), 2) == 0
result["entered"] = can(lambda: os.open(f"/proc/{os.getppid()}/ns/mnt", os.O_RDONLY))
result["tried"] = tried(layout.data)
result["tokens"] = can(lambda: (layout.data / "demo-users.toml").read_text())
result["publication"] = can(lambda: (layout.views / "publication.json").read_text())
result["audit"] = can(lambda: (layout.audit / "audit.jsonl").write_text("x"))
result["views changed"] = can(lambda: (layout.views / "publication.json").write_text("{}"))
result["view removed"] = can(lambda: (layout.views / "publication.json").unlink())
print(json.dumps(result))
"""
)

SERVER = (
    ATTEMPTS
    + r"""
import waitress
from graph_service.serving import server

data = Path(sys.argv[1])
os.chdir(data)

def instead(app, **_):
    print(json.dumps({
        "tried": tried(data),
        "tokens": can(lambda: (data / "demo-users.toml").read_text()),
        "health": app.test_client().get("/health").status_code,
        "sparql": app.test_client().get("/sparql?query=ASK{?s+?p+?o}").get_data(as_text=True),
        "modules": sorted(sys.modules),
    }))
    sys.stdout.flush()
    os._exit(0)

waitress.create_server = instead
server.main([str(data), "127.0.0.1", "0"])
"""
)

WORKER = (
    ATTEMPTS
    + r"""
from graph_service.serving import query_worker

data, dataset, port, abstract = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
os.chdir(data)

class Instead:
    @staticmethod
    def read_only(path):
        def udp():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"x", ("127.0.0.1", port))
        def unix():
            with socket.socket(socket.AF_UNIX) as client:
                client.connect("\0" + abstract)
        result = {
            "tried": tried(data),
            "tokens": can(lambda: (data / "demo-users.toml").read_text()),
            "publication": can(lambda: (data / "views" / "publication.json").read_text()),
            "audit": can(lambda: open(data / "audit" / "audit.jsonl", "a")),
            "passwords": can(lambda: Path("/etc/passwd").read_text()),
            "other views": can(lambda: os.listdir(data / "views")),
            "own view": can(lambda: os.listdir(dataset)),
            "own view written": can(lambda: (dataset / "x").write_text("x")),
            "tcp": can(lambda: socket.create_connection(("127.0.0.1", port), timeout=2).close()),
            "udp": can(udp),
            "abstract unix socket": can(unix),
            "processes": can(lambda: os.listdir("/proc")),
            **limits(),
        }
        sys.stderr.write(json.dumps(result))
        sys.stderr.flush()
        os._exit(0)

query_worker.Store = Instead
query_worker.main([str(dataset), json.dumps({"isolate": True, "memory_mib": 300, "derives": False})])
"""
)

# A user namespace that may have no more of its kind: a real system on which `unshare` is denied.
WITHOUT_NAMESPACES = r"""
import os, sys, time
from pathlib import Path
from graph_service import isolation

uid, gid = os.getuid(), os.getgid()
isolation._unshare(isolation._CLONE_NEWUSER)
Path("/proc/self/setgroups").write_text("deny")
Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
Path("/proc/sys/user/max_user_namespaces").write_text("0")

from graph_service.errors import SluisError
from graph_service.serving.worker import Worker
from graph_service.settings import Settings

settings = Settings(unsafe_workers_share_the_network=sys.argv[2] == "unsafe")
worker = Worker(Path(sys.argv[1]), settings, derives=False)

def answer(query):
    nothing = {"default_graphs": None, "named_graphs": None, "portions": None}
    request = {"query": query, "format": "csv", "prefixes": {}, **nothing}
    return b"".join(worker.answer(request, deadline=time.monotonic() + 20, wanted=lambda: True))

try:
    print(answer("ASK {}").decode())
    answer(f"SELECT * {{ SERVICE <{sys.argv[3]}> {{ ?x ?y ?z }} }}")
except SluisError:
    pass
finally:
    worker.kill()
"""

NO_LANDLOCK_WORKER = r"""
import json, sys
from graph_service import isolation
from graph_service.serving import query_worker

def denied(*_, **__):
    raise PermissionError(1, "not here")

for name in sys.argv[2].split():
    setattr(isolation, name, denied)
query_worker.main([sys.argv[1], json.dumps({"isolate": sys.argv[3] == "isolate", "memory_mib": 300, "derives": False})])
"""

INTAKE = r"""
import json, os, sys
from pathlib import Path
import waitress
from graph_service.serving import server

data, name = Path(sys.argv[1]), sys.argv[2]
proposals, receipts = data / "intake" / "proposals", data / "intake" / "receipts"

def can(action):
    try:
        action()
    except OSError:
        return False
    return True

def attempts():
    # What the server is for, and what it must not be able to do, by name.
    return {
        "make a proposal": can(lambda: os.close(os.open(proposals / "new", os.O_WRONLY | os.O_CREAT | os.O_EXCL))),
        "read a receipt whose name is known": can(lambda: (receipts / name).read_bytes()),
    }, {
        "list proposals": can(lambda: os.listdir(proposals)),
        "list receipts": can(lambda: os.listdir(receipts)),
        "list the intake": can(lambda: os.listdir(proposals.parent)),
        "read a proposal whose name is known": can(lambda: (proposals / name).read_bytes()),
        "empty a proposal": can(lambda: os.truncate(proposals / name, 0)),
        "remove a proposal": can(lambda: (proposals / name).unlink()),
        "move a proposal": can(lambda: (proposals / name).rename(proposals / "moved")),
        "make a folder": can(lambda: (proposals / "folder").mkdir()),
        "make a link": can(lambda: (proposals / "link").symlink_to(data / "portions")),
        "make a second name": can(lambda: os.link(proposals / name, data / "audit" / "stolen")),
        "write a receipt": can(lambda: (receipts / name).write_text("{}")),
        "make a receipt": can(lambda: (receipts / "new").write_text("{}")),
        "remove a receipt": can(lambda: (receipts / name).unlink()),
    }

def instead(app, **_):
    print(json.dumps(attempts()))
    sys.stdout.flush()
    os._exit(0)

if sys.argv[3] == "shut off":
    waitress.create_server = instead
    server.main([str(data), "127.0.0.1", "0"])
else:
    print(json.dumps(attempts()))
"""
