open_writer=None
