use super::shared::n;
use crate::strings::AllWords;

pub(super) static WORDS: AllWords = AllWords {
    choice: |count| format!("All connections ({})", n(count)),
    connections: "all connections",
    no_number: "Runs are numbered within one flow: here only a number that the vendor itself gives is shown. Choose a connection and a flow to see the others.",
    start_where: "A run is started in one connection. Choose one first.",
};
