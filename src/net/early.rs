//! One read that is under way before the page is built that asks for it.

use super::{NET, TIMEOUT, fetch, path_of};
use crate::platform::clock;
use futures_util::future::{maybe_done, select};
use runs::wire::http::{Reply, Request};
use std::future::Future;
use std::pin::Pin;

/// Whoever asks later than so many milliseconds wants a newer answer.
const FRESH: u32 = 1_000;

pub(super) type Answer = Pin<Box<dyn Future<Output = Option<Reply>>>>;

/// Sends a request whose answer the next read of the same address takes, and waits for it, but no longer than so many milliseconds.
pub async fn early(connection: &str, request: Request, most: u32) {
    let url = path_of(connection, &request);
    let sent = url.clone();
    let mut answer = Box::pin(maybe_done(async move { fetch::send(&sent, &request, None, TIMEOUT, false).await }));
    select(&mut answer, Box::pin(clock::sleep(most))).await;
    let answer = async move {
        answer.as_mut().await;
        answer.as_mut().take_output()
    };
    NET.with(|net| net.early.replace(Some((url, Box::pin(answer)))));
    leptos::task::spawn_local(async {
        clock::sleep(FRESH).await;
        NET.with(|net| net.early.take());
    });
}

/// What was asked early at this address, once.
pub(super) async fn take(url: &str) -> Option<Reply> {
    let (_, answer) = NET.with(|net| net.early.borrow_mut().take_if(|(of, _)| of == url))?;
    answer.await
}
