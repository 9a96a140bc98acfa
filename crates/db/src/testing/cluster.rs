//! One throw-away PostgreSQL server, shared by all test processes of a user.
//!
//! nextest gives every test its own process and a server takes two seconds to make, so the server
//! outlives the process that starts it. In `TMP/carreau-test-postgres-UID/`:
//! - `users`: every test process holds a shared lock for as long as it lives (the kernel lets go);
//! - `start`: held exclusively by whoever starts the server;
//! - `current`: the directory of the running server, with its data, log and socket.
//!
//! A small shell process, the watchdog, is the server's parent. When nobody has held `users` for
//! two minutes it takes that lock itself, stops the server and removes its directory; a test that
//! arrives meanwhile waits for the lock, finds no server and starts one. If the watchdog is killed
//! the kernel stops the server (`setpriv --pdeathsig`). PostgreSQL refuses to run as root, so root
//! runs it as the user `postgres`, or `nobody` where there is none. It listens on a socket in a
//! directory closed to other users and on no network port. It does not wait for the disk (fsync is
//! off), so its speeds are no limits for a benchmark.

/// How the address of a server of ours begins; its user may do everything.
pub(super) const OURS: &str = "postgres://carreau@";

#[cfg(not(target_os = "linux"))]
pub(super) fn address() -> Result<String, String> {
    Err("set CARREAU_TEST_POSTGRES to the address of a server".to_owned())
}

#[cfg(target_os = "linux")]
pub(super) use linux::address;

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::{self, DirBuilder, File};
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    use std::os::unix::process::CommandExt;
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};
    use std::sync::OnceLock;
    use std::time::{Duration, Instant};

    /// $1 = idle seconds, $2 = lock file, $3 = directory, the rest starts the server.
    const WATCHDOG: &str = r#"
        limit=$1 lock=$2 run=$3; shift 3
        "$@" >"$run/log" 2>&1 &
        server=$!
        exec 9>>"$lock"
        idle=0
        while kill -0 $server 2>/dev/null; do
            sleep 5
            if flock -n -x 9; then
                idle=$((idle + 5))
                [ $idle -ge $limit ] && kill -INT $server && wait $server
                [ $idle -ge $limit ] && break
                flock -u 9
            else
                idle=0
            fi
        done
        rm -rf "$run"
    "#;
    const IDLE_S: u32 = 120;
    const START: Duration = Duration::from_secs(60);

    /// The server's address, started if need be. Errors: what this machine lacks. Panics if it
    /// lacks nothing and the server does not start all the same.
    pub(in crate::testing) fn address() -> Result<String, String> {
        static ADDRESS: OnceLock<Result<String, String>> = OnceLock::new();
        ADDRESS.get_or_init(find).clone()
    }

    fn find() -> Result<String, String> {
        let binaries = newest(installed()).ok_or("no initdb of any version found")?;
        for tool in ["sh", "setpriv", "flock"] {
            on_path(tool).ok_or(format!("no {tool} to run it with"))?;
        }
        let uid = fs::metadata("/proc/self").map_err(|e| e.to_string())?.uid();
        let user = match uid {
            0 => Some(User::unprivileged().ok_or("no user postgres or nobody to run it as")?),
            _ => None,
        };
        let home = std::env::temp_dir().join(format!("carreau-test-postgres-{uid}"));
        match DirBuilder::new().mode(0o755).create(&home) {
            Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => panic!("{home:?}: {e}"),
            _ => {}
        }
        let owner = fs::symlink_metadata(&home).expect("just made").uid();
        assert_eq!(owner, uid, "{home:?} belongs to somebody else");
        Ok(join(&home, &Programs { binaries, user }))
    }

    fn join(home: &Path, programs: &Programs) -> String {
        static USER: OnceLock<File> = OnceLock::new();
        let users = open(&home.join("users"));
        users.lock_shared().expect("lock as a user");
        // Kept open until the process ends.
        let _ = USER.set(users);
        let start = open(&home.join("start"));
        start.lock().expect("lock to start");

        let current = home.join("current");
        let running = fs::read_to_string(&current).unwrap_or_default();
        if !running.is_empty() && answers(&url(Path::new(&running))) {
            return url(Path::new(&running));
        }
        remove_old(home);
        let run = start_server(home, programs);
        fs::write(&current, run.display().to_string()).expect("note the server");
        url(&run)
    }

    fn open(path: &Path) -> File {
        File::options()
            .create(true)
            .append(true)
            .open(path)
            .unwrap_or_else(|e| panic!("{path:?}: {e}"))
    }

    fn url(run: &Path) -> String {
        let host = run.display().to_string().replace('%', "%25").replace('/', "%2F");
        format!("{}{host}/postgres", super::OURS)
    }

    fn answers(url: &str) -> bool {
        super::super::execute(url.to_owned(), "SELECT 1".to_owned()).is_ok()
    }

    /// What a watchdog that was killed left behind.
    fn remove_old(home: &Path) {
        let entries = fs::read_dir(home).expect("our own directory").flatten();
        for entry in entries.filter(|e| e.file_name().to_string_lossy().starts_with("run-")) {
            // What cannot be removed now does no harm: each server has a directory of its own.
            drop(fs::remove_dir_all(entry.path()));
        }
    }

    #[expect(clippy::zombie_processes, reason = "the watchdog outlives the process that starts it")]
    fn start_server(home: &Path, programs: &Programs) -> PathBuf {
        let run = home.join(format!("run-{}", super::super::unique()));
        DirBuilder::new().mode(0o700).create(&run).expect("a directory for the server");
        if let Some(user) = &programs.user {
            std::os::unix::fs::chown(&run, Some(user.uid), Some(user.gid)).expect("give it away");
        }
        let data = run.join("data").display().to_string();
        let initdb = programs
            .command("initdb")
            .args(["-D", &data, "-U", "carreau", "-A", "trust", "-E", "UTF8"])
            .args(["--locale=C", "--no-sync"])
            .current_dir(&run)
            .stdin(Stdio::null())
            .output()
            .expect("initdb runs");
        let said = String::from_utf8_lossy(&initdb.stderr);
        assert!(initdb.status.success(), "initdb: {said}");

        let mut watchdog = start_watchdog(home, &run, &data, programs);
        let url = url(&run);
        let since = Instant::now();
        while !answers(&url) {
            let ended = watchdog.try_wait().expect("our own child").is_some();
            let log = fs::read_to_string(run.join("log")).unwrap_or_default();
            assert!(!ended && since.elapsed() < START, "PostgreSQL does not start: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
        run
    }

    fn start_watchdog(home: &Path, run: &Path, data: &str, programs: &Programs) -> Child {
        let server = programs.command("postgres");
        let mut settings = vec![
            "listen_addresses=".to_owned(),
            format!("unix_socket_directories={}", run.display()),
        ];
        // Nothing here outlives the machine, and tests of durability use SQLite.
        settings.extend(
            ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400"]
                .map(str::to_owned),
        );
        let mut watchdog = Command::new("sh");
        watchdog
            .args(["-c", WATCHDOG, "watchdog", &IDLE_S.to_string()])
            .args([&home.join("users"), run])
            .arg(server.get_program())
            .args(server.get_args())
            .args(["-D", data]);
        for setting in settings {
            watchdog.args(["-c", &setting]);
        }
        // A group of its own, or a test that is interrupted would take the others' server along;
        // no inherited output, or the test runner would wait for it.
        watchdog
            .current_dir(run)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh runs")
    }

    struct Programs {
        binaries: PathBuf,
        /// Who runs them, where we are root.
        user: Option<User>,
    }

    impl Programs {
        /// The program as a user it accepts, ending with its parent.
        fn command(&self, name: &str) -> Command {
            let mut command = Command::new("setpriv");
            if let Some(User { uid, gid }) = self.user {
                command.args([format!("--reuid={uid}"), format!("--regid={gid}")]);
                command.arg("--clear-groups");
            }
            command.args(["--pdeathsig=INT", "--"]).arg(self.binaries.join(name));
            command
        }
    }

    struct User {
        uid: u32,
        gid: u32,
    }

    impl User {
        fn unprivileged() -> Option<User> {
            ["postgres", "nobody"].iter().find_map(|name| {
                let (uid, gid) = (id("-u", name)?, id("-g", name)?);
                (uid != 0).then_some(User { uid, gid })
            })
        }
    }

    fn id(which: &str, name: &str) -> Option<u32> {
        let said = Command::new("id").args([which, name]).stderr(Stdio::null()).output().ok()?;
        String::from_utf8(said.stdout).ok()?.trim().parse().ok()
    }

    /// Where the packages of Debian, Red Hat and Alpine put each version, and PATH.
    fn installed() -> Vec<PathBuf> {
        let below = |dir: &str| {
            let entries = fs::read_dir(dir).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).collect::<Vec<_>>()
        };
        let named = |path: &PathBuf, start: &str| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start))
        };
        let debian = below("/usr/lib/postgresql").into_iter().map(|path| path.join("bin"));
        let red_hat = below("/usr").into_iter().filter(|path| named(path, "pgsql-"));
        let alpine = below("/usr/libexec").into_iter().filter(|path| named(path, "postgresql"));
        debian
            .chain(red_hat.map(|path| path.join("bin")))
            .chain(alpine)
            .chain(on_path("initdb"))
            .filter(|path| path.join("initdb").is_file() && path.join("postgres").is_file())
            .collect()
    }

    /// By the number in the path; one without (PATH) comes last.
    fn newest(folders: Vec<PathBuf>) -> Option<PathBuf> {
        folders.into_iter().max_by_key(|path| version(path))
    }

    fn version(folder: &Path) -> u32 {
        let text = folder.display().to_string();
        let mut numbers = text.rsplit(|c: char| !c.is_ascii_digit());
        numbers.find_map(|number| number.parse().ok()).unwrap_or(0)
    }

    fn on_path(name: &str) -> Option<PathBuf> {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|dir| dir.join(name).is_file())
    }

    #[cfg(test)]
    mod tests {
        use super::{PathBuf, newest};

        #[test]
        fn the_newest_version_is_taken() {
            let folders = [
                "/usr/bin",
                "/usr/lib/postgresql/9/bin",
                "/usr/pgsql-17/bin",
                "/usr/libexec/postgresql16",
            ];
            let taken = newest(folders.iter().map(PathBuf::from).collect());
            assert_eq!(taken, Some(PathBuf::from("/usr/pgsql-17/bin")));
            let only = newest(vec![PathBuf::from("/usr/bin")]);
            assert_eq!(only, Some(PathBuf::from("/usr/bin")));
            assert_eq!(newest(Vec::new()), None);
        }
    }
}
