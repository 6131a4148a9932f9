"""The desk: the web page that people open every morning. Needs the extra `desk`."""
