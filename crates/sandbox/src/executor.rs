//! Moves runs on.

use crate::state::AppState;

pub(crate) async fn run(state: AppState) {
    state.wake.notified().await;
}
