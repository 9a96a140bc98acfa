//! The limit on PostgreSQL: one call of a stored function per order.

use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

use super::{Orders, SHELF, TABLES};
use crate::Mode;
use crate::postgres::split_mode;

const FUNCTION: &str = "
CREATE FUNCTION place_order(p_id BIGINT, p_account BIGINT, p_request TEXT, p_picks BIGINT[])
RETURNS BIGINT LANGUAGE plpgsql AS $body$
DECLARE
    placed BIGINT;
    pick BIGINT;
BEGIN
    INSERT INTO orders (id, account, request, total, placed_at)
        VALUES (p_id, p_account, p_request, 4500, 1) ON CONFLICT (account, request) DO NOTHING;
    GET DIAGNOSTICS placed = ROW_COUNT;
    IF placed = 0 THEN RETURN 0; END IF;
    INSERT INTO order_lines
        SELECT p_id, n - 1, shelf_id, 2, 150, 300, 550, 17, 'piece', 6,
               'An article with a usual name ' || n, 'Some place', 4, 202647, NULL
        FROM unnest(p_picks) WITH ORDINALITY AS t (shelf_id, n);
    INSERT INTO outbox (id, kind, body) VALUES (p_id, 'order placed', '{\"to\":\"somebody\"}');
    FOREACH pick IN ARRAY p_picks LOOP
        UPDATE shelf SET left_n = left_n - 2, taken_n = taken_n + 2
            WHERE id = pick AND left_n >= 2;
        IF NOT FOUND THEN RAISE EXCEPTION 'sold out'; END IF;
    END LOOP;
    RETURN 1;
END $body$;
";

/// Orders per second of `clients` connections that call one stored function per order, for about
/// `seconds`, in a schema of its own that is made and dropped here. The address may be that of
/// [`crate::Db::open`]: our own `mode` in it says nothing here.
///
/// Needs a tokio runtime. Panics if the server refuses anything.
pub async fn bare_postgres(url: &str, clients: usize, seconds: f64) -> f64 {
    let (url, _) = split_mode(url, Mode::Group).expect("address");
    let owner = connect(&url).await;
    let drop_schema = "DROP SCHEMA IF EXISTS carreau_limits CASCADE";
    owner
        .batch_execute(&format!(
            "{drop_schema}; CREATE SCHEMA carreau_limits; SET search_path = carreau_limits;
             {TABLES} {FUNCTION}
             INSERT INTO shelf SELECT n, 1000000000000, 0 FROM generate_series(0, {SHELF} - 1) n"
        ))
        .await
        .expect("schema");
    let mut connections = Vec::new();
    for _ in 0..clients {
        let client = connect(&url).await;
        client.batch_execute("SET search_path = carreau_limits").await.expect("search path");
        connections.push(client);
    }
    let since = Instant::now();
    let until = since + Duration::from_secs_f64(seconds);
    let tasks = connections.into_iter().enumerate();
    let tasks: Vec<_> = tasks.map(|(n, c)| tokio::spawn(place_all(c, n, until))).collect();
    let mut placed = 0_u64;
    for task in tasks {
        placed += task.await.expect("client");
    }
    let rate = placed as f64 / since.elapsed().as_secs_f64();
    owner.batch_execute(drop_schema).await.expect("drop schema");
    rate
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connect");
    tokio::spawn(connection);
    client
}

async fn place_all(client: Client, number: usize, until: Instant) -> u64 {
    let call = client.prepare("SELECT place_order($1, $2, $3, $4)").await.expect("prepare");
    let account = number as i64;
    let mut orders = Orders::new(number);
    let mut placed = 0;
    while Instant::now() < until {
        orders.next();
        let request = format!("request-{}", orders.id);
        let row = client.query_one(&call, &[&orders.id, &account, &request, &orders.picks]).await;
        assert_eq!(row.expect("order").get::<_, i64>(0), 1, "a new order");
        placed += 1;
    }
    placed
}
