int thrice(int number);
