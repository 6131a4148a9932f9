"""What deploys a stack to AWS: its environment, the questions, the preflight, the adoption of what is there already."""
