//! What the driver's own tests are made of: chance, the repository's programs, changes to their texts, and the way through the
//! upper half of the house.

#[path = "../../../lwasc/driver/tests/driver/chance.rs"]
pub mod chance;
#[path = "../../../lwasc/driver/tests/driver/corpus.rs"]
pub mod corpus;
#[path = "../../../lwasc/driver/tests/driver/mutate.rs"]
pub mod mutate;
#[path = "../../../lwasc/driver/tests/driver/pieces.rs"]
pub mod pieces;
#[path = "../../../lwasc/driver/tests/driver/pipeline.rs"]
pub mod pipeline;
