-- True in a transaction of the process that has the stream under this number, which nobody takes before it ends.
select fence_stream(:feed, :epoch)
