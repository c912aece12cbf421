//! Refetched pages: rows are updated in place, new runs are held back.

use super::{Merge, Place, Row, Source, Stream, stream};
use crate::model::{Page, Run};
use crate::reading::live::{merge_page, more, newer};
use crate::value::order::{Names, first_times};
use crate::value::time::Timestamp;

/// A page to read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    pub stream: usize,
    pub place: Place,
}

impl Merge {
    /// The pages that rows given out came with; with `newest` also the first page of every list, which new runs come on.
    pub fn watched(&self, from: usize, to: usize, newest: bool) -> Vec<Watched> {
        let mut found: Vec<Watched> = Vec::new();
        if newest {
            let read = self.streams.iter().enumerate().filter(|(_, stream)| !stream.pages.is_empty());
            found.extend(read.map(|(stream, _)| Watched { stream, place: Place::First }));
        }
        for row in self.rows(from, to).unwrap_or_default() {
            let Some(place) = self.streams[row.stream].pages.get(row.page) else { continue };
            let watched = Watched { stream: row.stream, place: place.clone() };
            if !found.contains(&watched) {
                found.push(watched);
            }
        }
        found
    }

    /// A page came again, which was read before at `held`; whether anything changed.
    pub fn again(&mut self, watched: &Watched, page: Page<Run>, held: Timestamp) -> bool {
        let Some(of) = self.streams.get_mut(watched.stream) else { return false };
        let own = of.pages.iter().position(|place| *place == watched.place);
        let rows = self.rows.iter_mut().filter(|row| row.stream == watched.stream);
        let mut known: Vec<&mut Row> = rows.chain(&mut of.ahead).chain(&mut of.late).collect();
        let ids: Vec<String> = known.iter().map(|row| row.run.id.clone()).collect();
        let names = Names::of(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        let places: Vec<Option<usize>> = page.items.iter().map(|run| names.first(&run.id)).collect();
        let firsts = first_times(&page.items.iter().map(|run| run.id.as_str()).collect::<Vec<_>>());
        let last_known = places.iter().rposition(Option::is_some);
        let mut changed = false;
        let mut fresh = Vec::new();
        for (at, run) in page.items.iter().enumerate().filter(|(at, _)| firsts[*at]) {
            match places[at] {
                Some(place) if known[place].run != *run && newer(&known[place].run, run) => {
                    known[place].run = run.clone();
                    changed = true;
                }
                Some(_) => {}
                // Further down they only moved up because others were deleted.
                None if last_known.is_none_or(|last| at < last) => fresh.push(run.clone()),
                None => {}
            }
        }
        let answered = Names::of(&page.items.iter().map(|run| run.id.as_str()).collect::<Vec<_>>());
        for row in known {
            if answered.has(&row.run.id) {
                row.absent = None;
            } else if Some(row.page) == own {
                row.absent.get_or_insert(held);
            }
        }
        if watched.place == Place::First {
            changed |= fresh.len() != of.fresh.len();
            of.fresh = fresh;
            of.newest = Some(page);
        }
        changed
    }

    /// Runs that came since, with their connection.
    pub fn fresh(&self) -> impl Iterator<Item = (usize, &Run)> {
        self.streams.iter().flat_map(|stream| stream.fresh.iter().map(|run| (stream.source, run)))
    }

    /// Whether more may have come since than an answer holds.
    pub fn more_fresh(&self) -> bool {
        self.streams.iter().any(|stream| stream.newest.as_ref().is_some_and(|newest| more(&stream.fresh, newest)))
    }

    /// The same lists from their newest runs on, as far as these are known; what is not is due.
    pub fn renewed(&self) -> Self {
        let mut merge = Self { sources: Vec::new(), streams: Vec::new(), rows: Vec::new(), forgotten: 0, floor: None, since: self.since };
        for source in &self.sources {
            let known = source.flows == stream::Next::End;
            let flows = if known { stream::Next::End } else { stream::Next::Due(Place::First) };
            merge.sources.push(Source { flows, over: None, left_out: source.left_out.filter(|_| known), ..source.clone() });
        }
        let kept = self.streams.iter().enumerate().filter(|(_, stream)| merge.sources[stream.source].flows == stream::Next::End);
        let kept: Vec<(usize, &Stream)> = kept.collect();
        for (before, stream) in kept {
            merge.streams.push(Stream::new(stream.source, stream.flow.clone(), stream.rank));
            let Some(newest) = &stream.newest else { continue };
            let rows = self.rows.iter().filter(|row| row.stream == before);
            let known: Vec<Run> = rows.chain(&stream.ahead).chain(&stream.late).map(|row| row.run.clone()).collect();
            let page = Page { items: merge_page(&known, newest.items.clone()), ..newest.clone() };
            let at = merge.streams.len() - 1;
            merge.streams[at].next = stream::Next::Asked(Place::First);
            merge.runs(at, &Place::First, Ok(page));
        }
        merge
    }
}
