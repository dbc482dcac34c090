"""Everything outside the process: settings, database, logs, objects, queues."""
