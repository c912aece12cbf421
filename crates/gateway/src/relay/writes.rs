//! Writes under way: a stop waits for them, since nobody could tell what became of one that was cut off.

use std::time::Duration;

use tokio::sync::watch;

/// Those of this process.
pub static WRITES: Writes = Writes::new();

#[derive(Debug)]
pub struct Writes {
    count: std::sync::LazyLock<watch::Sender<usize>>,
}

/// One write, until it is dropped.
#[derive(Debug)]
pub struct UnderWay(&'static Writes);

impl Writes {
    const fn new() -> Self {
        Self { count: std::sync::LazyLock::new(|| watch::Sender::new(0)) }
    }

    pub fn begin(&'static self) -> UnderWay {
        self.count.send_modify(|count| *count += 1);
        UnderWay(self)
    }

    /// Waits until none is under way, but no longer than so long; answers how many are left.
    pub async fn ended(&self, most: Duration) -> usize {
        let mut count = self.count.subscribe();
        // The sender is never dropped.
        let _ = tokio::time::timeout(most, count.wait_for(|count| *count == 0)).await;
        *self.count.borrow()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.count.send_modify(|count| *count = count.saturating_sub(1));
    }
}
