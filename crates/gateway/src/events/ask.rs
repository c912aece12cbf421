//! Which reads a browser watches, as it says it: `watch=2c/retab/workflows/runs?limit=50`, the number of a pace and what it reads
//! under `/api/`, percent-encoded once more.

use axum::http::{StatusCode, Uri};
use runs::reading::live::Pace;
use runs::value::percent::decode;

use crate::problem::Problem;
use crate::relay::PREFIX;

/// Reads that one browser watches: a page has one or two.
const MOST: usize = 16;
const LONGEST: usize = 4_000;

#[derive(Debug, PartialEq, Eq)]
pub struct Watch {
    pub pace: Pace,
    pub connection: String,
    /// Path and query, as the relay gets them.
    pub target: String,
}

impl Watch {
    pub fn all(query: &str) -> Result<Vec<Self>, Problem> {
        let refused = |detail: &str| Problem::new(StatusCode::BAD_REQUEST, detail);
        let named = query.split('&').filter_map(|pair| pair.strip_prefix("watch="));
        let watches = named.map(Self::read).collect::<Option<Vec<_>>>();
        let watches = watches.ok_or_else(|| refused("watch: the number of a pace, then what is read: 2c/retab/workflows/runs"))?;
        if watches.is_empty() || watches.len() > MOST {
            return Err(refused(&format!("A browser watches one read at least, and {MOST} at most.")));
        }
        Ok(watches)
    }

    fn read(text: &str) -> Option<Self> {
        let text = decode(text);
        let (pace, place) = text.split_at_checked(1)?;
        let pace = *Pace::ALL.get(pace.parse::<usize>().ok()?)?;
        let target = format!("/api/{place}");
        let (connection, _) = target.strip_prefix(PREFIX)?.split_once('/')?;
        let sound =
            target.len() <= LONGEST && target.parse::<Uri>().is_ok_and(|uri| uri.path_and_query().is_some_and(|all| *all == *target));
        sound.then(|| Self { pace, connection: connection.to_owned(), target: target.clone() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn reads_are_named_as_the_app_reads_them() {
        let all = Watch::all("watch=2c%2Fretab%2Fworkflows%2Fruns%3Fq%3Da%252Fb%2Bc&watch=0c/x/y").unwrap();
        assert_eq!(all[0], Watch { pace: Pace::List, connection: "retab".into(), target: "/api/c/retab/workflows/runs?q=a%2Fb+c".into() });
        assert_eq!((all[1].pace, all[1].target.as_str()), (Pace::RunPage, "/api/c/x/y"));
        let many = vec!["watch=0c/x/y"; MOST + 1].join("&");
        let long = format!("watch=0c/x/{}", "y".repeat(LONGEST));
        for bad in [
            "",
            "a=b",
            "watch=",
            "watch=0",
            "watch=9c/x/y",
            "watch=xc/x/y",
            "watch=0config",
            "watch=0c/x",
            "watch=0c/x/a b",
            "watch=0c/x/y%23z",
            &many,
            &long,
        ] {
            assert!(Watch::all(bad).is_err(), "{bad}");
        }
    }
}
