//! Where a test's store is: a file of its own, or a database in a PostgreSQL of its own, which ends with the test.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use gateway::store::{Location, PostgresUrl};
use tempfile::TempDir;

pub struct Place {
    pub location: Location,
    folder: TempDir,
    _server: Option<Server>,
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // Killed outright it would leave its shared memory behind.
        #[cfg(unix)]
        if let Some(id) = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::QUIT);
        }
        let _ = self.0.wait();
    }
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { location: Location::File(folder.path().join("store.db")), folder, _server: None }
    }

    /// `None` where there is no PostgreSQL; `cargo xtask setup` installs it.
    pub fn postgres() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("There is no PostgreSQL on this machine: this was tried on SQLite only.");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().to_str().unwrap().to_owned();
        let root = rustix::process::geteuid().is_root();
        if root {
            assert!(Command::new("chown").args(["postgres", &at]).status().unwrap().success());
        }
        // It refuses to run as root; and it ends if the test is killed.
        let command = |program: &str| {
            let mut command = Command::new("setpriv");
            if root {
                command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
            }
            command.args(["--pdeathsig=QUIT", "--"]).arg(programs.join(program)).current_dir(&at);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let data = format!("{at}/data");
        let made =
            command("initdb").args(["-D", &data, "-A", "trust", "-U", "sluice", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]).status();
        assert!(made.unwrap().success(), "initdb failed");
        let mut postgres = command("postgres");
        postgres.args(["-D", &data, "-k", &at, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=32MB"]);
        let server = Server(postgres.spawn().unwrap());
        let began = Instant::now();
        while !command("pg_isready").args(["-q", "-h", &at]).status().unwrap().success() {
            assert!(began.elapsed() < Duration::from_secs(60), "PostgreSQL did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        let url = format!("postgres:///postgres?host={at}&user=sluice");
        Some(Self { location: Location::Postgres(PostgresUrl::read(&url).unwrap()), folder, _server: Some(server) })
    }

    /// As the command line takes it.
    pub fn argument(&self) -> String {
        match &self.location {
            Location::File(path) => path.to_str().unwrap().to_owned(),
            _ => format!("postgres:///postgres?host={}&user=sluice", self.folder.path().display()),
        }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.location, Location::Postgres(_))
    }

    /// Statements as an administrator of the database could make them, all on one connection.
    pub async fn meddle(&self, statements: &str) -> Result<(), sqlx::Error> {
        use sqlx::{Connection as _, Executor as _};
        sqlx::any::install_default_drivers();
        let url = match &self.location {
            Location::File(path) => format!("sqlite:{}", path.display()),
            _ => self.argument(),
        };
        let mut database = sqlx::AnyConnection::connect(&url).await.unwrap();
        let done = database.execute(sqlx::AssertSqlSafe(statements.to_owned())).await;
        database.close().await.unwrap();
        done.map(drop)
    }
}

/// The folder of PostgreSQL's programs, the newest where there are several.
fn programs() -> Option<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").output().ok().filter(|told| told.status.success());
    let told = told.map(|told| PathBuf::from(String::from_utf8_lossy(&told.stdout).trim()));
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = debian.into_iter().rev().chain(told).chain(std::env::split_paths(&path));
    all.into_iter().find(|folder| ["initdb", "postgres", "pg_isready"].iter().all(|program| folder.join(program).is_file()))
}

/// Makes two tests of each: on SQLite, and on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::place::Place::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(place) = crate::place::Place::postgres() {
                    super::$name(place).await;
                }
            })+
        }
    };
}
pub(crate) use on_both;
