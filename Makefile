# Aliases for those whose fingers know make; everything lives in dev.py.
demo test check bench:
	@python3 dev.py $@
.PHONY: demo test check bench
