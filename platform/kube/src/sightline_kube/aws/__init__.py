"""What a component asks of AWS, as a value: who provisions it reads the value, and nothing here calls any cloud."""
