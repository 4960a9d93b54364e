//! The ir from outside: modules built by hand are verified, printed and interpreted.

mod faces;
mod fixture;
mod forge;
mod forged;
mod host_map;
mod host_money;
mod host_text;
mod host_world;
mod interpreter;
mod memory;
mod print;
mod routes;
mod speed;
mod verify;
