//! Several things waited for at once.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;

/// What all of them come to, in their order. Not `futures_util::join_all`: its queue and its wakers for each future are 5 kB in the
/// first download, and a page waits for fewer than twenty.
pub async fn together<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let futures: Vec<_> = futures.into_iter().collect();
    let results: Vec<Cell<Option<T>>> = futures.iter().map(|_| Cell::default()).collect();
    let mut open = Vec::new();
    for (future, result) in futures.into_iter().zip(&results) {
        open.push(Box::pin(async move { result.set(Some(future.await)) }) as Pin<Box<dyn Future<Output = ()> + '_>>);
    }
    finished(open).await;
    results.into_iter().filter_map(Cell::into_inner).collect()
}

async fn finished(mut open: Vec<Pin<Box<dyn Future<Output = ()> + '_>>>) {
    poll_fn(|wake| {
        open.retain_mut(|future| future.as_mut().poll(wake).is_pending());
        if open.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}
