from stt.cli.main import main

if __name__ == "__main__":  # inference processes import this file again
    main(["api"])
