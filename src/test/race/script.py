"""What many a script does: one insert a trade, or all of a frame in one, and one commit a frame."""

import json
import sys

import psycopg2
import psycopg2.extras
import websocket

stream, database, symbols, way = sys.argv[1:5]
connection = psycopg2.connect(database)
cursor = connection.cursor()
socket = websocket.create_connection(stream)
socket.recv()
socket.send(json.dumps({"action": "auth", "key": "PKTEST", "secret": "hush"}))
socket.recv()
socket.send(json.dumps({"action": "subscribe", "trades": symbols.split(",")}))

INTO = "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed) values "
VALUES = "(%s, %s, 1, %s, %s, %s, %s, %s, %s, 'iex')"
ONCE = " on conflict do nothing"

while True:
    rows = [
        (t["S"], t["t"], t["x"], t["i"], t["p"], t["s"], t["c"], t["z"])
        for t in json.loads(socket.recv())
        if t["T"] == "t"
    ]
    if way == "rows":
        for row in rows:
            cursor.execute(INTO + VALUES + ONCE, row)
    elif rows:
        psycopg2.extras.execute_values(cursor, INTO + "%s" + ONCE, rows, template=VALUES)
    connection.commit()
