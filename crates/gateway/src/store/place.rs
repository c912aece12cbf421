//! Where the database is.

use std::fmt;
use std::path::{Path, PathBuf};

use reqwest::Url;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Gone when the gateway stops.
    Memory,
    File(PathBuf),
    Postgres(PostgresUrl),
}

/// A database's address. It may hold a password: printed are only host and name.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(Url);

impl PostgresUrl {
    /// `Err` says what is wrong, without the address.
    pub fn read(text: &str) -> Result<Self, String> {
        let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "postgres" | "postgresql"));
        url.map(Self).ok_or_else(|| "the address of a PostgreSQL database looks like postgres://user:password@host:5432/sluice".into())
    }

    /// With the name under which the database lists its connections.
    pub(super) fn named(&self) -> Url {
        let mut url = self.0.clone();
        if !url.query_pairs().any(|(name, _)| name == "application_name") {
            url.query_pairs_mut().append_pair("application_name", "sluice");
        }
        url
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let socket = self.0.query_pairs().find(|(name, _)| name == "host").map(|(_, host)| host.into_owned());
        let host = self.0.host_str().filter(|host| !host.is_empty()).map(str::to_owned).or(socket);
        let port = self.0.port().map(|port| format!(":{port}")).unwrap_or_default();
        write!(out, "{}{port}{} (PostgreSQL)", host.as_deref().unwrap_or("localhost"), self.0.path())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl Location {
    /// What flags, configuration and environment give: a file's name, `:memory:`, or the address of a PostgreSQL database.
    pub fn read(text: &Path) -> Result<Self, String> {
        match text.to_str() {
            Some(":memory:") => Ok(Self::Memory),
            Some(url) if url.contains("://") => PostgresUrl::read(url).map(Self::Postgres),
            _ => Ok(Self::File(text.into())),
        }
    }

    /// `sluice.db` in the user's data directory.
    pub fn default_file() -> Result<Self, String> {
        let folder = dirs::data_dir().ok_or("This user has no data directory for the audit log. Name a file with --store.")?.join("sluice");
        std::fs::create_dir_all(&folder).map_err(|error| {
            format!("The folder {} for the audit log cannot be made: {error}. Name a file with --store.", folder.display())
        })?;
        Ok(Self::File(folder.join("sluice.db")))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => out.write_str("in memory"),
            Self::File(path) => path.display().fmt(out),
            Self::Postgres(url) => url.fmt(out),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[test]
    fn a_place_is_read_and_its_password_never_printed() {
        let read = |text: &str| Location::read(Path::new(text));
        assert_eq!(read(":memory:"), Ok(Location::Memory));
        assert_eq!(read("a/b.db"), Ok(Location::File("a/b.db".into())));
        for (url, printed) in [
            ("postgres://sluice:hush@db.example:5433/sluice?sslmode=require", "db.example:5433/sluice (PostgreSQL)"),
            ("postgresql://sluice:hush@localhost/x", "localhost/x (PostgreSQL)"),
            ("postgres:///sluice?host=/run/postgresql&user=x&password=hush", "/run/postgresql/sluice (PostgreSQL)"),
        ] {
            let place = read(url).unwrap();
            assert_eq!(place.to_string(), printed);
            assert!(!format!("{place:?}").contains("hush"));
        }
        for wrong in ["mysql://u:hush@h/d", "postgres://[::1", "http://example.com"] {
            assert!(!read(wrong).unwrap_err().contains("hush"), "{wrong}");
        }
    }
}
