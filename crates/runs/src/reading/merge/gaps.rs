//! Lists that the merge goes on without, because they are slow or failed, and how they join again.

use super::stream::Next;
use super::{Fetch, Merge, Missing};

impl Merge {
    /// Goes on without what is still being read; whether there was any.
    pub fn pass_over(&mut self, asks: &[Fetch]) -> bool {
        let given = self.count();
        let mut passed = false;
        for ask in asks {
            let over = match ask {
                Fetch::Flows { source, place } => {
                    self.sources.get_mut(*source).filter(|source| source.flows.asked(place)).map(|source| &mut source.over)
                }
                Fetch::Runs { stream, place } => {
                    self.streams.get_mut(*stream).filter(|stream| stream.next.asked(place)).map(|stream| &mut stream.over)
                }
            };
            if let Some(over) = over.filter(|over| over.is_none()) {
                *over = Some(given);
                passed = true;
            }
        }
        passed
    }

    /// What was being read is due: nobody is reading it any more.
    pub fn interrupt(&mut self) {
        let streams = self.streams.iter_mut().map(|stream| &mut stream.next);
        self.sources.iter_mut().map(|source| &mut source.flows).chain(streams).for_each(Next::interrupt);
    }

    /// What of a connection is missing.
    pub fn missing(&self, source: usize) -> Missing {
        let mut missing = Missing::default();
        let Some(of) = self.sources.get(source) else { return missing };
        let flows = of.over.map(|_| (&of.flows, 0));
        let streams = self.streams.iter().filter(|stream| stream.source == source && stream.over.is_some());
        for (next, late) in flows.into_iter().chain(streams.map(|stream| (&stream.next, stream.late.len()))) {
            missing.late += late;
            match next {
                Next::Failed(_, error) => missing.error = Some(error.clone()),
                Next::Due(_) | Next::Asked(_) => missing.slow |= late == 0,
                Next::End => {}
            }
        }
        missing
    }

    /// What failed of a connection is due again.
    pub fn retry(&mut self, source: usize) {
        if let Some(of) = self.sources.get_mut(source) {
            of.flows.retry();
        }
        self.streams.iter_mut().filter(|stream| stream.source == source).for_each(|stream| stream.next.retry());
    }

    /// Takes in what came late of a connection: giving out goes back to the row from which on it was missing. Says which;
    /// `None` if nothing came, or that row is kept no longer.
    pub fn show(&mut self, source: usize) -> Option<usize> {
        let late: Vec<usize> =
            (0..self.streams.len()).filter(|at| self.streams[*at].source == source && !self.streams[*at].late.is_empty()).collect();
        let gap = late.iter().filter_map(|at| self.streams[*at].over).min()?;
        if gap < self.forgotten {
            return None;
        }
        self.rewind(gap);
        for at in late {
            let stream = &mut self.streams[at];
            stream.over = None;
            let rows = std::mem::take(&mut stream.late);
            stream.ahead.extend(rows);
        }
        Some(gap)
    }

    /// Takes back what was given out from a row on.
    fn rewind(&mut self, to: usize) {
        while self.count() > to {
            let Some(row) = self.rows.pop() else { break };
            self.streams[row.stream].ahead.push_front(row);
        }
        self.floor = self.rows.last().map(|row| self.streams[row.stream].place_of(row));
        for stream in &mut self.streams {
            // Where it runs dry shows when its rows are given out again.
            stream.over = stream.over.map(|over| if over > to { usize::MAX } else { over });
        }
    }
}
