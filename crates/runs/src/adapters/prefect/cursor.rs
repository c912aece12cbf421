//! A place in a list of runs that moves: a time, so that nothing that comes or goes in front of it counts. The vendor's own offsets
//! would repeat and skip runs, and it leaves those of one time in any order.

use super::decode::Read;
use crate::model::Place;
use crate::value::time::Timestamp;

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Runs of this time and older ones (in a list with the oldest first: newer ones), as the vendor writes it, to the microsecond.
    pub(super) time: String,
    /// So many of those of this very time were told; they are asked for by themselves, in the order of their ids. `None`: none was.
    pub(super) within: Option<u32>,
    /// How many runs there were on the first page.
    pub(super) total: Option<u64>,
}

impl Cursor {
    pub(super) fn place(&self) -> Place {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        Place::Cursor(format!("{}~{}~{}", self.time, number(self.within.map(u64::from)), number(self.total)))
    }

    /// Comes out of an address, so it may be anything.
    pub(super) fn read(place: &Place) -> Option<Self> {
        let Place::Cursor(text) = place else { return None };
        let mut parts = text.split('~');
        let time = parts.next().filter(|time| Timestamp::parse(time).is_some())?.to_owned();
        let mut number = || parts.next().and_then(|text| text.parse::<u64>().ok());
        let (within, total) = (number().and_then(|within| u32::try_from(within).ok()), number());
        Some(Self { time, within, total })
    }
}

/// The moment one microsecond before or after another.
pub(super) fn beside(time: &str, later: bool) -> Option<String> {
    let millis = Timestamp::parse(time)?.0;
    let fraction: String = time.split_once('.').map_or("", |(_, rest)| rest).chars().take_while(char::is_ascii_digit).collect();
    let below: i64 = format!("{fraction:0<6}").get(3..6)?.parse().ok()?;
    let micros = millis.checked_mul(1_000)?.checked_add(below)?.checked_add(if later { 1 } else { -1 })?;
    let second = Timestamp(micros.div_euclid(1_000_000) * 1_000).iso();
    Some(format!("{}.{:06}Z", second.strip_suffix('Z')?, micros.rem_euclid(1_000_000)))
}

/// What a full page holds whole, and the time at which the next one begins; `None`: it is of one time only.
pub(super) fn whole(mut rows: Vec<Read>) -> Option<(Vec<Read>, String)> {
    let last = rows.iter().rev().find_map(|row| row.place.clone())?;
    let kept = rows.iter().rposition(|row| row.place.as_ref().is_some_and(|place| *place != last))?;
    rows.truncate(kept + 1);
    Some((rows, last))
}

/// Runs of one time in the order of their ids: the vendor gives them in any.
pub(super) fn settle(rows: &mut [Read]) {
    for group in rows.chunk_by_mut(|one, other| one.place == other.place) {
        // Few are of one time, and sorting by a text has no copy here yet.
        for end in (1..group.len()).rev() {
            for at in 0..end {
                if let (Some(one), Some(other)) = (group.get(at), group.get(at + 1))
                    && one.run.id < other.run.id
                {
                    group.swap(at, at + 1);
                }
            }
        }
    }
}
